package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class Tally {
    public static void main(String[] arguments) throws IOException {
        Path book = Path.of("tally.txt");
        Files.writeString(book, "one more\n");
        System.out.print(Files.readString(book));
    }
}
