"""What an account has done in a day or a week, from its status file and its journal."""
