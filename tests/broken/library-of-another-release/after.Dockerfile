FROM buildpack-deps:bookworm AS build
COPY . /src/
RUN cd /src && mkdir one two \
    && gcc -shared -fPIC -Wl,-soname,libgreet.so.1,--version-script=one.map -o one/libgreet.so.1 greet.c \
    && gcc -shared -fPIC -Wl,-soname,libgreet.so.1,--version-script=two.map -o two/libgreet.so.1 greet.c \
    && gcc -o main main.c two/libgreet.so.1
FROM debian:bookworm-slim
COPY --from=build /src/one /usr/lib/
COPY --from=build /src/main /usr/local/bin/
CMD ["main"]
