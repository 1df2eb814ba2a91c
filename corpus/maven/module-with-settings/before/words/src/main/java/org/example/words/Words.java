package org.example.words;

public final class Words {
    public static final String NIGHT = "Good night";
}
