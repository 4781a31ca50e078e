import { type CSSProperties, useCallback } from 'react';
import type { Schemas } from '@/api/client';
import { type Column, count_text, PlateChip, Time, VirtualTable } from '@/ui';

type Vehicle = Schemas['VehicleSeen'];

/** Who was at all of the places, or travels with the plate. Choosing one shows its reads below; nothing here says "match". */
export function Vehicles({ vehicles, chosen, on_choose }: { vehicles: readonly Vehicle[]; chosen?: string; on_choose: (plate: string | undefined) => void }) {
  const key_of = useCallback((v: Vehicle) => v.plate, []);
  const columns: Column<Vehicle>[] = [
    { id: 'plate', head: 'Plate', width: '150px', cell: (v) => <PlateChip text={v.plate} region="unknown" size="s" /> },
    { id: 'cameras', head: 'Cameras', width: '80px', cell: (v) => <span className="figures">{count_text(v.cameras)}</span> },
    { id: 'reads', head: 'Reads', width: '70px', cell: (v) => <span className="figures">{count_text(v.reads)}</span> },
    { id: 'first', head: 'First seen', width: 'minmax(90px, 1fr)', cell: (v) => <Time at={v.first_seen} /> },
    { id: 'last', head: 'Last seen', width: 'minmax(90px, 1fr)', cell: (v) => <Time at={v.last_seen} /> },
  ];
  return (
    <div className="vehicles" style={{ '--vehicles': vehicles.length } as CSSProperties}>
      <VirtualTable
        label="Vehicles"
        rows={vehicles}
        columns={columns}
        phone_columns="116px 60px 50px 0 minmax(0, 1fr)"
        row_height_px={40}
        key_of={key_of}
        selected={chosen}
        on_select={(v) => on_choose(v.plate === chosen ? undefined : v.plate)}
        on_open={(v) => on_choose(v.plate)}
        hotkeys={false}
      />
    </div>
  );
}
