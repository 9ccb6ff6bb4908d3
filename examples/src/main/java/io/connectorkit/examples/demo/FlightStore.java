package io.connectorkit.examples.demo;

import java.util.Collection;
import java.util.Map;

/** A store that the job writes, read back by the demo without the kit's help. */
interface FlightStore extends AutoCloseable {

    /** For the report. */
    String name();

    /** Every row, by id; deleted ones are not there. */
    Map<String, FlightRow> rows() throws Exception;

    /** The revisions that a reader sees now of those {@code ids} that are there. */
    Map<String, Integer> revisions(Collection<String> ids) throws Exception;

    @Override
    void close() throws Exception;
}
