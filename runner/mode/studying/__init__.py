"""What the studies share: trials compiled to data, each judged on any stretch of the bars."""
