"""When an account's runs are due: cron expressions in a zone, bars of a timeframe, the firm's reset, or always."""
