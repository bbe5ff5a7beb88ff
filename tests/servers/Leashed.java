import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/**
 * Runs a program of Java until the tests end: given the loopback port at which whoever started it listens, the name of
 * the program's main class, and its arguments. The system closes that connection however the other side ends.
 */
public final class Leashed {
  public static void main(String[] arguments) {
    try {
      Socket leash = new Socket(InetAddress.getByName("127.0.0.1"), Integer.parseInt(arguments[0]));
      Thread watch = new Thread(() -> hold(leash), "leash");
      watch.setDaemon(true);
      watch.start();
      String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
      Class.forName(arguments[1]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (Throwable trouble) {
      trouble.printStackTrace();
      Runtime.getRuntime().halt(1); // threads of a program that did not start would keep it half alive
    }
  }

  private static void hold(Socket leash) {
    try {
      leash.getInputStream().read();
    } catch (IOException e) {
      // Reset instead of closed: let go all the same.
    }
    Runtime.getRuntime().halt(0);
  }
}
