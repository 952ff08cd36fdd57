package claudegateway.bench;

import claudegateway.FakeCli;
import java.nio.file.Path;
import java.util.Map;

/** From the command to the line that says where it listens, and to the first answer; taking turns. */
final class StartUp implements Part {
  private static final Map<String, String> WITHOUT_CACHE = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=off");

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    Path data = lab.freshData();
    lab.close(lab.fakeGateway(data));
    Samples[] banner = {new Samples(), new Samples()};
    Samples[] health = {new Samples(), new Samples()};
    for (int round = 0; round < lab.pick(10, 2); round++) {
      for (int i = 0; i < 2; i++) {
        Machine.awaitQuiet();
        GatewayProcess gateway = lab.gateway(FakeCli.binary(), data, i == 0 ? Map.of() : WITHOUT_CACHE);
        banner[i].add(gateway.bannerMillis());
        health[i].add(gateway.healthMillis());
        lab.close(gateway);
      }
    }
    report.part("Start, ms from bin/start", "banner", "/health");
    report.row("with the AOT cache", banner[0].median(), health[0].median());
    report.row("without", banner[1].median(), health[1].median());
    report.verdict("start with the AOT cache, to the banner", banner[0].median(), "ms", Target.atMost(400));
    report.verdict("start without, to the banner", banner[1].median(), "ms", Target.atMost(900));
  }
}
