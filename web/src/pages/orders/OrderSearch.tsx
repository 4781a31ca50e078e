import { useMutation } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '@/api/client';
import { Exports } from '@/pages/search/Exports';
import { Button, count_text, LedgerMark, PlateChip, ProblemPanel, Select, Time } from '@/ui';

/** The reads that an order names. Nothing else can be asked here, and the server refuses what lies outside. */
export function OrderSearch({ order, camera_name }: { order: Schemas['Order']; camera_name: (id: string) => string }) {
  const [plate, set_plate] = useState<string | null>(order.plates[0] ?? null);
  const request: Schemas['SearchRequest'] = {
    order_id: order.id,
    question: plate ? { plate: { text: plate, mode: 'exact' } } : {},
    limit: 200,
    utc_offset_min: -new Date().getTimezoneOffset(),
  };
  const search = useMutation({ mutationFn: () => call(api.POST('/api/v1/search', { body: request })) });
  return (
    <section className="stack" aria-label={`Search under ${order.number}`}>
      <div className="row-wrap">
        {order.plates.length > 1 ? (
          <Select
            label="Plate"
            options={order.plates.map((p) => ({ value: p, label: p }))}
            value={plate}
            on_change={(value) => {
              set_plate(value);
              search.reset();
            }}
          />
        ) : null}
        <Button kind="primary" icon={<Search size={16} aria-hidden />} isDisabled={search.isPending} onPress={() => search.mutate()}>
          Search inside this order: this is recorded
        </Button>
        {search.data ? <Exports asked={{ kind: 'reads', body: request }} case_number={order.number} /> : null}
      </div>
      {search.error ? <ProblemPanel error={search.error} /> : null}
      {search.data ? (
        <div className="stack-tight" role="status">
          <p className="row-wrap">
            {search.data.total_at_least === 0 ? 'No reads. ' : `${count_text(search.data.total_at_least)} reads. `}
            <span className="soft small">{search.data.sentence}</span> <LedgerMark index={search.data.ledger_index} />
          </p>
          {search.data.items.length ? (
            <div className="order-reads" tabIndex={0} role="region" aria-label="Reads that were found">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">Plate</th>
                    <th scope="col">Camera</th>
                  </tr>
                </thead>
                <tbody>
                  {search.data.items.map((read) => (
                    <tr key={read.id}>
                      <td>
                        <Time at={read.captured_at} />
                      </td>
                      <td>{read.plate ? <PlateChip text={read.plate.text} region={read.plate.region} /> : 'No plate'}</td>
                      <td>{camera_name(read.camera_id)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}
