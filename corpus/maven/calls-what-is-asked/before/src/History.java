import java.io.IOException;

public class History {
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(arguments).inheritIO().start();
        System.out.println("it says " + program.waitFor());
    }
}
