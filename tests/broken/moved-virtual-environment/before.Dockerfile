FROM python:3.12-slim
RUN python -m venv --without-pip /app/venv
COPY tool /app/venv/bin/
CMD ["/app/venv/bin/tool"]
