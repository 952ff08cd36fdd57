package claudegateway.api;

import java.util.function.BooleanSupplier;

/**
 * What the handlers are told at the start.
 *
 * @param version of this program
 * @param unknownModelIsDefault a model of no Claude's name is answered for by the default, not refused
 * @param appDatesAreIso the iOS app has been repaired and reads dates as everybody does
 * @param watchesClients whether clients that leave are noticed without writing to them
 */
public record Settings(
    String version, boolean unknownModelIsDefault, boolean appDatesAreIso, BooleanSupplier watchesClients) {}
