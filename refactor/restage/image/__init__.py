"""What is known of base images and operating system packages."""
