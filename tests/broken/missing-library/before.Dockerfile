FROM buildpack-deps:bookworm AS build
COPY greet.c main.c /src/
RUN cd /src && gcc -shared -fPIC -Wl,-soname,libgreet.so.1 -o libgreet.so.1 greet.c && gcc -o main main.c ./libgreet.so.1
FROM debian:bookworm-slim
COPY --from=build /src/libgreet.so.1 /usr/local/lib/
COPY --from=build /src/main /usr/local/bin/
RUN ldconfig
CMD ["main"]
