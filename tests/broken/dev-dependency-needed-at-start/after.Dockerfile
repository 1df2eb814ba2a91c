FROM node:20-slim AS build
WORKDIR /app
COPY node_modules node_modules
COPY server.js .
RUN rm -r node_modules/colour
FROM node:20-slim
WORKDIR /app
COPY --from=build /app /app
CMD ["node", "server.js"]
