package io.connectorkit.table;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.lookup.RowLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.lookup.AsyncLookupFunctionProvider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * The table source of every store: rows are looked up by key or scanned once, with columns, conditions and limit left to
 * the store where it can.
 */
public final class StoreTable
        implements LookupTableSource,
                ScanTableSource,
                SupportsProjectionPushDown,
                SupportsFilterPushDown,
                SupportsLimitPushDown {

    /** What a connector can do with its store. */
    public interface Store {

        /**
         * Finds the rows whose {@code keyColumns} have the values of a key, in this order, with the columns of
         * {@code produced}; none are left out.
         */
        LookupSourceFactory<ChangeKey, Collection<RowData>> lookup(List<String> keyColumns, DataType produced);

        /**
         * As {@link #lookup(List, DataType)}, and only rows that pass {@code filters}: the planner leaves conditions on
         * the table of a lookup join to its source too, and then does not look at them again.
         *
         * @param filters those that {@link #evaluates} said yes to; their columns need not be in {@code produced}
         */
        default LookupSourceFactory<ChangeKey, Collection<RowData>> lookup(
                List<String> keyColumns, DataType produced, List<RowFilter> filters) {
            if (!filters.isEmpty()) {
                throw new ValidationException(
                        "a lookup join must not have conditions on columns of its table other than"
                                + " its keys, got " + filters.size()
                                + " that this store would leave out; put them into a WHERE"
                                + " around the join");
            }
            return lookup(keyColumns, produced);
        }

        /** Reads the table once; empty where the store can only be looked up. */
        default Optional<Source<RowData, ?, ?>> scan(Scan scan) {
            return Optional.empty();
        }

        /** Whether {@link #scan} evaluates {@code filter} exactly as SQL does; Flink then leaves it out. */
        default boolean evaluates(RowFilter filter) {
            return false;
        }
    }

    /**
     * What is wanted of a scan.
     *
     * @param produced columns, in this order
     * @param filters conditions that a row must all pass; those that {@link Store#evaluates} said yes to
     * @param limit most rows; null for all
     */
    public record Scan(DataType produced, List<RowFilter> filters, @Nullable Long limit) {}

    private final String summary;
    private final Store store;
    private final LookupOptions lookupOptions;
    private DataType produced;
    private List<RowFilter> filters = List.of();
    private @Nullable Long limit;

    /**
     * A table source.
     *
     * @param summary for plans: {@code PostgreSQL table 'airports'}; no secrets
     * @param physical all columns
     */
    public StoreTable(String summary, DataType physical, Store store, LookupOptions lookupOptions) {
        this.summary = Objects.requireNonNull(summary, "summary");
        this.produced = Objects.requireNonNull(physical, "physical");
        this.store = Objects.requireNonNull(store, "store");
        this.lookupOptions = Objects.requireNonNull(lookupOptions, "lookupOptions");
    }

    @Override
    public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
        int[] columns = new int[context.getKeys().length];
        List<String> names = new ArrayList<>();
        RowType row = (RowType) produced.getLogicalType();
        for (int i = 0; i < columns.length; i++) {
            int[] path = context.getKeys()[i];
            if (path.length != 1) {
                throw new ValidationException(summary + " can be looked up by whole columns only, not by a field of '"
                        + row.getFieldNames().get(path[0]) + "'");
            }
            columns[i] = path[0];
            names.add(row.getFieldNames().get(path[0]));
        }
        // The function is given the values alone, in the order of the keys.
        RowType keyRow = new RowType(
                Arrays.stream(columns).mapToObj(row.getFields()::get).toList());
        RowKey key = RowKey.of(keyRow, IntStream.range(0, columns.length).toArray(), "lookup key");
        return AsyncLookupFunctionProvider.of(
                new RowLookup(store.lookup(names, produced, filters), key::orNull, lookupOptions));
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        Source<RowData, ?, ?> source = store.scan(new Scan(produced, filters, limit))
                .orElseThrow(() -> new ValidationException(
                        summary + " can be looked up (JOIN .. FOR SYSTEM_TIME AS OF), not scanned"));
        return SourceProvider.of(source);
    }

    @Override
    public boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public void applyProjection(int[][] fields, DataType produced) {
        this.produced = produced;
    }

    @Override
    public Result applyFilters(List<ResolvedExpression> expressions) {
        List<ResolvedExpression> accepted = new ArrayList<>();
        List<ResolvedExpression> remaining = new ArrayList<>();
        List<RowFilter> taken = new ArrayList<>();
        for (ResolvedExpression expression : expressions) {
            Optional<RowFilter> filter = RowFilter.of(expression).filter(store::evaluates);
            filter.ifPresent(taken::add);
            (filter.isPresent() ? accepted : remaining).add(expression);
        }
        filters = List.copyOf(taken);
        return Result.of(accepted, remaining);
    }

    @Override
    public void applyLimit(long limit) {
        this.limit = limit;
    }

    @Override
    public DynamicTableSource copy() {
        StoreTable copy = new StoreTable(summary, produced, store, lookupOptions);
        copy.filters = filters;
        copy.limit = limit;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return summary;
    }
}
