import java.io.IOException;

public class History {
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // "svn" came before; nothing calls it any more
        Process git = new ProcessBuilder("git", "init", "-q", "/tmp/history").inheritIO().start();
        System.out.println("git says " + git.waitFor());
    }
}
