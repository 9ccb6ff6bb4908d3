package io.connectorkit.benchmarks.jdbc;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A table of five columns and the changes that fill it: sensors that report again and again. */
final class Readings {

    static final String COLUMNS =
            "(id bigint NOT NULL PRIMARY KEY, place varchar(40), reading double precision, at timestamp NULL, ver"
                    + " bigint NOT NULL)";

    private Readings() {}

    /** One report of a sensor. */
    record Reading(long id, String place, double reading, java.time.LocalDateTime at, long version)
            implements Serializable {}

    /** {@code changes} reports of {@code keys} sensors in random order, versions counting up. */
    static List<Reading> of(int changes, int keys) {
        Random random = new Random(7);
        java.time.LocalDateTime start = java.time.LocalDateTime.of(2026, 1, 1, 0, 0);
        List<Reading> readings = new ArrayList<>(changes);
        for (int i = 0; i < changes; i++) {
            long id = random.nextInt(keys);
            readings.add(new Reading(id, "place " + id % 977, random.nextDouble(), start.plusSeconds(i), i));
        }
        return readings;
    }
}
