package io.connectorkit.aws.shard;

import java.util.List;

/**
 * A shard as its service lists it.
 *
 * @param id unique within the stream
 * @param parents none, one, or two after a merge; a parent may be gone from the listing already
 * @param closed whether the service says that no record will be added
 */
public record Shard(String id, List<String> parents, boolean closed) {

    public Shard {
        parents = List.copyOf(parents);
    }
}
