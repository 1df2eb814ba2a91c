package org.example;

import org.slf4j.LoggerFactory;

public final class Shout {
    public static void main(String[] arguments) {
        LoggerFactory.getLogger(Shout.class).info("not seen");
        System.out.println("HOY");
    }
}
