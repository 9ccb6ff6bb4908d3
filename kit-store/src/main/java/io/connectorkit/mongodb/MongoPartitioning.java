package io.connectorkit.mongodb;

/** How a collection is cut into ranges of {@code _id} that are read side by side. */
public enum MongoPartitioning {
    /** SHARDED where the collection is, else SPLIT_VECTOR where the server allows it, else SAMPLE, else SINGLE. */
    AUTO("default"),
    /** Not at all. */
    SINGLE("single"),
    /** At random ids: {@code $sample}. */
    SAMPLE("sample"),
    /** Where the server would split a chunk: the command {@code splitVector}, which needs a privilege of its own. */
    SPLIT_VECTOR("split-vector"),
    /** By the chunks of a sharded collection; needs to read the database {@code config}. */
    SHARDED("sharded"),
    /** After every so many documents: reads the index on {@code _id} once. */
    PAGINATION("pagination");

    private final String option;

    MongoPartitioning(String option) {
        this.option = option;
    }

    /** As options write it. */
    @Override
    public String toString() {
        return option;
    }
}
