import { TriangleAlert } from 'lucide-react';
import { CardPicture } from './Results';

/** What was compared with, and that looks are no plate; nothing here says that it is the same vehicle. */
export function AlikeHead({ from, case_id }: { from: string; case_id: string }) {
  return (
    <section className="alike-head" aria-label="What was looked for">
      <figure className="alike-from">
        <CardPicture read_id={from} case_id={case_id} />
        <figcaption className="small soft">The vehicle you started from</figcaption>
      </figure>
      <div className="stack-tight">
        <p className="row strong">
          <TriangleAlert size={16} aria-hidden /> Looks are not a plate
        </p>
        <p className="small">
          These vehicles look like it, the most alike first. Many vehicles are built and painted alike, and another view or light changes how one looks. Compare the pictures yourself,
          and the plates where there are any, before anybody acts on it.
        </p>
      </div>
    </section>
  );
}
