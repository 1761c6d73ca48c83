"""challenge.html: the odds of passing as one page, told like report.html."""
