package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class Harbour {
    public static void main(String[] words) throws IOException {
        System.out.print(Files.readString(Path.of(words[1], "monday.txt")));
    }
}
