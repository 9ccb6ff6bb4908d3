package io.connectorkit.jdbc;

import java.util.List;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogFunction;
import org.apache.flink.table.catalog.CatalogPartition;
import org.apache.flink.table.catalog.CatalogPartitionSpec;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.PartitionNotExistException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.expressions.Expression;

/** A catalog whose tables are made and altered elsewhere: no changes, no partitions, no functions, no statistics. */
interface ReadOnlyCatalog extends Catalog {

    /** What the user calls it. */
    String name();

    private UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException(
                "catalog '" + name() + "' must be changed in its database: it describes the tables that are there");
    }

    @Override
    default void createDatabase(String name, CatalogDatabase given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void dropDatabase(String name, boolean ignore, boolean ignore2) {
        throw readOnly();
    }

    @Override
    default void alterDatabase(String name, CatalogDatabase given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void dropTable(ObjectPath path, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void renameTable(ObjectPath path, String name, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void createTable(ObjectPath path, CatalogBaseTable given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void alterTable(ObjectPath path, CatalogBaseTable given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default List<CatalogPartitionSpec> listPartitions(ObjectPath path) {
        return List.of();
    }

    @Override
    default List<CatalogPartitionSpec> listPartitions(ObjectPath path, CatalogPartitionSpec spec) {
        return List.of();
    }

    @Override
    default List<CatalogPartitionSpec> listPartitionsByFilter(ObjectPath path, List<Expression> given) {
        return List.of();
    }

    @Override
    default CatalogPartition getPartition(ObjectPath path, CatalogPartitionSpec spec)
            throws PartitionNotExistException {
        throw new PartitionNotExistException(name(), path, spec);
    }

    @Override
    default boolean partitionExists(ObjectPath path, CatalogPartitionSpec spec) {
        return false;
    }

    @Override
    default void createPartition(ObjectPath path, CatalogPartitionSpec spec, CatalogPartition given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void dropPartition(ObjectPath path, CatalogPartitionSpec spec, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void alterPartition(ObjectPath path, CatalogPartitionSpec spec, CatalogPartition given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default List<String> listFunctions(String name) {
        return List.of();
    }

    @Override
    default CatalogFunction getFunction(ObjectPath path) throws FunctionNotExistException {
        throw new FunctionNotExistException(name(), path);
    }

    @Override
    default boolean functionExists(ObjectPath path) {
        return false;
    }

    @Override
    default void createFunction(ObjectPath path, CatalogFunction given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void alterFunction(ObjectPath path, CatalogFunction given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void dropFunction(ObjectPath path, boolean ignore) {
        throw readOnly();
    }

    @Override
    default CatalogTableStatistics getTableStatistics(ObjectPath path) {
        return CatalogTableStatistics.UNKNOWN;
    }

    @Override
    default CatalogColumnStatistics getTableColumnStatistics(ObjectPath path) {
        return CatalogColumnStatistics.UNKNOWN;
    }

    @Override
    default CatalogTableStatistics getPartitionStatistics(ObjectPath path, CatalogPartitionSpec spec) {
        return CatalogTableStatistics.UNKNOWN;
    }

    @Override
    default CatalogColumnStatistics getPartitionColumnStatistics(ObjectPath path, CatalogPartitionSpec spec) {
        return CatalogColumnStatistics.UNKNOWN;
    }

    @Override
    default void alterTableStatistics(ObjectPath path, CatalogTableStatistics given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void alterTableColumnStatistics(ObjectPath path, CatalogColumnStatistics given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void alterPartitionStatistics(
            ObjectPath path, CatalogPartitionSpec spec, CatalogTableStatistics given, boolean ignore) {
        throw readOnly();
    }

    @Override
    default void alterPartitionColumnStatistics(
            ObjectPath path, CatalogPartitionSpec spec, CatalogColumnStatistics given, boolean ignore) {
        throw readOnly();
    }
}
