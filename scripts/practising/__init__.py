"""What practice.py is made of: records, decisions, builds, verifications and tables."""
