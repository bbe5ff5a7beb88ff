import java.nio.file.Path;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** Neo4j Community in a folder, configured by the neo4j.conf in it. */
public final class Neo4jServer {
  public static void main(String[] arguments) {
    Path home = Path.of(arguments[0]);
    DatabaseManagementService server =
        new DatabaseManagementServiceBuilder(home).loadPropertiesFromFile(home.resolve("neo4j.conf")).build();
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
  }
}
