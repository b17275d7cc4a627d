"""What is printed on known cards: lines found, read, and judged by their form, their check digits and their place."""
