package org.example;

import java.util.stream.IntStream;

public final class Ledger {
    public static void main(String[] arguments) {
        System.out.println("balance: " + IntStream.of(120, -45, 17).sum());
    }
}
