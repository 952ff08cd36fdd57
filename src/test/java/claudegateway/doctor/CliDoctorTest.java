package claudegateway.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.HermeticHome;
import claudegateway.RealCli;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The facts hold for the real CLIs, and what is no CLI is found out. */
final class CliDoctorTest {
  private static final String PATH = "/usr/bin:/bin";

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void eachFactHolds(String version) throws Exception {
    List<Finding> findings = new ArrayList<>();
    boolean sound = CliDoctor.examine(RealCli.binary(version), version, PATH, findings::add);
    assertEquals(List.of(), findings.stream().filter(found -> found.grade() != Finding.Grade.OK).toList());
    assertTrue(sound);
    assertEquals(19, findings.size());
  }

  @Test
  void whatIsNoCliIsFoundOut() throws Exception {
    try (HermeticHome home = HermeticHome.create()) {
      Path script = Files.writeString(home.work().resolve("claude"), "#!/bin/sh\nexit 1\n");
      assertTrue(script.toFile().setExecutable(true));
      List<Finding> findings = new ArrayList<>();
      assertFalse(CliDoctor.examine(script, "2.1.400", PATH, findings::add));
      assertTrue(findings.stream().allMatch(found -> found.grade() == Finding.Grade.FAIL), findings.toString());
    }
  }

  @Test
  void theLoginIsNamedAndNeverItsSecret() throws Exception {
    try (HermeticHome home = HermeticHome.create()) {
      Map<String, String> environment = home.environment(URI.create("http://127.0.0.1:9"));
      environment.put("ANTHROPIC_API_KEY", "sk-s3cret");
      assertEquals("API key from ANTHROPIC_API_KEY", CliDoctor.login(
          RealCli.binary(RealCli.oldest()), RealCli.oldest(), environment, home.work()));
      environment.remove("ANTHROPIC_API_KEY");
      assertEquals("", CliDoctor.login(
          RealCli.binary(RealCli.newest()), RealCli.newest(), environment, home.work()));
    }
  }
}
