FROM node:20-slim
WORKDIR /app
COPY node_modules node_modules
COPY server.js .
CMD ["node", "server.js"]
