"""What the modes that trade an account at its venue share."""
