package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class Birds {
    public static void main(String[] arguments) throws IOException {
        Files.readAllLines(Path.of("src/main/data/birds.csv")).forEach(System.out::println);
    }
}
