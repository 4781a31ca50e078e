import { EyeOff, Search, X } from 'lucide-react';
import { Link } from 'react-router';
import { useCaseDialog } from '@/app/case-dialog';
import { useMay } from '@/app/session';
import { BodyIcon, Button, looks_sentence, looks_word, PlateChip, ReadPicture, region_name, Swatch, Time } from '@/ui';
import { type LiveItem, picture_of } from './live';

/** How sure it is; of what is unknown nobody is sure to any degree. */
const percent = (value: string, p?: number) => (p === undefined || value === 'unknown' ? '' : ` ${Math.round(p * 100)} %`);

/** One read, large: what the permit lets the officer see of it, each part with how sure it is. */
export function Inspector({ item, camera, on_close }: { item: LiveItem; camera: string; on_close?: () => void }) {
  const { masked, read } = item;
  const open_cases = useCaseDialog();
  const may = useMay();
  const words = looks_sentence(masked.vehicle);
  const region = read?.plate?.region ?? masked.region;
  return (
    <article className="inspector" aria-label={words}>
      {on_close ? (
        <div className="live-side-head">
          <h2>{words}</h2>
          <Button kind="quiet" size="small" aria-label="Close the read" icon={<X size={16} aria-hidden />} onPress={on_close} />
        </div>
      ) : null}
      {masked.has_picture ? (
        <ReadPicture
          of={picture_of(item)}
          alt={read ? `${words} at ${camera}` : `Blurred preview: ${words.toLowerCase()} at ${camera}`}
          width={read?.picture_width}
          height={read?.picture_height}
          plate_box={read?.plate?.box}
          vehicle_box={read?.vehicle_box}
        />
      ) : null}
      <div className="row-wrap">
        {masked.plate_chars === 0 && !read?.plate ? (
          <span className="soft">No plate was seen.</span>
        ) : (
          <PlateChip size="l" explain text={read?.plate?.text} dots={masked.plate_chars} region={read?.plate?.region ?? masked.region} characters={read?.plate?.characters} />
        )}
      </div>
      {!read && may('live-reads') ? (
        <div className="inspector-masked">
          <p className="row">
            <EyeOff size={16} aria-hidden /> The plate and the picture open under a case.
          </p>
          <Button size="small" hotkey="c" onPress={open_cases}>
            Work on a case
          </Button>
        </div>
      ) : null}
      {read?.corrections.map((c) => (
        <p key={c.id} className="small">
          Corrected to <PlateChip size="s" text={c.plate} region={c.region} /> by {c.by}: {c.reason}
        </p>
      ))}
      <dl className="facts">
        <dt>Seen</dt>
        <dd>
          <Time at={masked.captured_at} style="full" />
        </dd>
        <dt>Camera</dt>
        <dd>
          <Link to={`/cameras/${masked.camera_id}`}>{camera}</Link>
        </dd>
        <dt>Body</dt>
        <dd className="row figures">
          <BodyIcon body={masked.vehicle.body} />
          {looks_word(masked.vehicle.body)}
          <span className="faint">{percent(masked.vehicle.body, masked.vehicle.body_confidence)}</span>
        </dd>
        <dt>Color</dt>
        <dd className="row figures">
          <Swatch color={masked.vehicle.color} />
          {looks_word(masked.vehicle.color)}
          <span className="faint">{percent(masked.vehicle.color, masked.vehicle.color_confidence)}</span>
        </dd>
        <dt>Make</dt>
        <dd className="figures">
          {looks_word(masked.vehicle.make)}
          <span className="faint">{percent(masked.vehicle.make, masked.vehicle.make_confidence)}</span>
        </dd>
        <dt>Region</dt>
        <dd className="figures">
          {region === 'unknown' ? 'Unknown' : region_name(region)}
          <span className="faint">{percent(region, read?.plate?.region_confidence)}</span>
        </dd>
        {read?.plate ? (
          <>
            <dt>Reading</dt>
            <dd className="figures">{percent('', read.plate.confidence).trim()} sure of all characters together</dd>
          </>
        ) : null}
      </dl>
      {read?.plate ? (
        <p>
          <Link className="row" to={`/search?plate=${encodeURIComponent(read.plate.text)}`}>
            <Search size={14} aria-hidden /> Where else was this plate seen?
          </Link>
        </p>
      ) : null}
    </article>
  );
}
