package io.connectorkit.table;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Extractor;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a SQL table: which there are, which are the primary key, which the table is partitioned by.
 *
 * @param dataType physical columns
 * @param primaryKey columns of the primary key in the order of the DDL; empty without one
 * @param partitionKeys columns of {@code PARTITIONED BY}
 */
public record RowLayout(DataType dataType, List<String> primaryKey, List<String> partitionKeys) {

    public RowLayout {
        Objects.requireNonNull(dataType, "dataType");
        primaryKey = List.copyOf(primaryKey);
        partitionKeys = List.copyOf(partitionKeys);
    }

    /** The layout of the table that a factory is asked for. */
    public static RowLayout of(DynamicTableFactory.Context context) {
        ResolvedCatalogTable table = context.getCatalogTable();
        return new RowLayout(
                context.getPhysicalRowDataType(),
                table.getResolvedSchema()
                        .getPrimaryKey()
                        .map(UniqueConstraint::getColumns)
                        .orElse(List.of()),
                table.getPartitionKeys());
    }

    public RowType rowType() {
        return (RowType) dataType.getLogicalType();
    }

    public List<String> columns() {
        return rowType().getFieldNames();
    }

    /** Whether the table is written by key: with one it takes a changelog, without one rows are appended. */
    public boolean hasPrimaryKey() {
        return !primaryKey.isEmpty();
    }

    /** Place of {@code column}; refused when there is none, with {@code whose} option or clause asked for it. */
    public int indexOf(String column, String whose) {
        int index = columns().indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException(
                    whose + " must name a column of the table " + columns() + ", got '" + column + "'");
        }
        return index;
    }

    public LogicalType type(int index) {
        return rowType().getTypeAt(index);
    }

    /** Reads {@code columns} of a row as a key; columns of other than scalar types are refused. */
    public RowKey key(List<String> columns, String whose) {
        int[] indexes =
                columns.stream().mapToInt(column -> indexOf(column, whose)).toArray();
        return RowKey.of(rowType(), indexes, whose);
    }

    /**
     * Rows as changes of their primary key: INSERT and UPDATE_AFTER upsert, DELETE deletes, and the version comes from
     * {@code versionColumn} where one is named.
     */
    public <P> Changes<RowData, P> changes(Extractor<RowData, P> payload, @Nullable String versionColumn) {
        Changes<RowData, P> changes = Changes.<RowData, P>of(key(primaryKey, "PRIMARY KEY"), payload)
                .withDeletes(row -> row.getRowKind() == RowKind.DELETE);
        return versionColumn == null ? changes : changes.withVersion(version(versionColumn));
    }

    /**
     * Rows to be appended, each under a key of its own: retries of a row are one row for a store that is written by key,
     * rows replayed after a restart are new ones.
     */
    public <P> Changes<RowData, P> appends(Extractor<RowData, P> payload) {
        return Changes.of(row -> randomKey(), payload);
    }

    private static ChangeKey randomKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return ChangeKey.of(new UUID(random.nextLong(), random.nextLong()));
    }

    /** Reads {@code column} as the version of a row. */
    public Extractor<RowData, ChangeVersion> version(String column) {
        return RowVersion.of(rowType(), indexOf(column, "sink.version-column"));
    }
}
