"""RUN bodies and scripts as simple commands."""
