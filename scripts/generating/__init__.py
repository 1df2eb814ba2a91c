"""Made-up projects, one module for each ecosystem; generate_projects.py writes them."""
