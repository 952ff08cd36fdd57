package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RealCliTest {

  @Test
  void aMissingVersionFailsAndSaysWhatToDo() {
    AssertionError missing = assertThrows(AssertionError.class, () -> RealCli.binary("0.0.0"));
    assertTrue(missing.getMessage().endsWith("run bin/test, which installs it"), missing.getMessage());
  }

  @Test
  void aHomeKnowsNothingOfThisMachineAndLeavesNothing() throws Exception {
    HermeticHome home = HermeticHome.create();
    Map<String, String> environment = home.environment(URI.create("http://127.0.0.1:1"));
    assertEquals("http://127.0.0.1:1", environment.get("ANTHROPIC_BASE_URL"));
    assertEquals(home.home().toString(), environment.get("HOME"));
    Files.createDirectories(home.home().resolve("deep/er"));
    Files.writeString(home.work().resolve("file"), "x");
    home.close();
    assertFalse(Files.exists(home.root()));
  }
}
