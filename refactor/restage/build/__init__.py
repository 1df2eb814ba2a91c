"""What a Dockerfile means, step by step."""
