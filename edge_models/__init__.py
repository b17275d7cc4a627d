"""Everything about models: the runtime that loads them, the tasks that read them, the recipes that make them."""
