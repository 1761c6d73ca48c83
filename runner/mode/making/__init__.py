"""What `mode=new-strategy` and `mode=new-account` share: names, and files that are kept only when they check."""
