"""Statistics of many trials: what of the best one's result is luck. Arrays in, numbers out."""
