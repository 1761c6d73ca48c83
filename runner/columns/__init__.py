"""Column arithmetic that blocks share: averages, ranges, gaps, news windows. Arrays in, arrays out; causal throughout."""
