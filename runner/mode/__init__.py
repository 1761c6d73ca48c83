"""What can be done with a built bot: one file per mode, imported only when it is asked for."""
