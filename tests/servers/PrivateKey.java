import java.io.File;
import java.security.KeyStore;
import java.util.Base64;

/** Prints the private key of a key store as PEM, which keytool does not do. */
public final class PrivateKey {
  public static void main(String[] arguments) throws Exception {
    char[] password = arguments[1].toCharArray();
    byte[] key = KeyStore.getInstance(new File(arguments[0]), password).getKey("server", password).getEncoded();
    System.out.println("-----BEGIN PRIVATE KEY-----");
    System.out.println(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key));
    System.out.println("-----END PRIVATE KEY-----");
  }
}
