"""Accounts' runs as a host starts them: by cron, systemd, Compose or Kubernetes; written and taken away whole."""
