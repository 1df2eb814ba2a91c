FROM python:3.12-slim AS build
RUN python -m venv --without-pip /app/venv
COPY tool /app/venv/bin/
FROM python:3.12-slim
COPY --from=build /app/venv /opt/venv
CMD ["/opt/venv/bin/tool"]
