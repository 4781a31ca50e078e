const warned_days = 30;

/** Says that the training certificate has run out, or soon will: before a search is refused over it. */
export function TrainingNotice({ until, now = new Date() }: { until: string; now?: Date }) {
  const left = Math.floor((Date.parse(`${until}T00:00:00Z`) + 86_400_000 - now.getTime()) / 86_400_000);
  if (left >= warned_days) return null;
  return (
    <p className="training-notice" role="status">
      {left < 0 ? (
        <>
          <strong>Your training certificate ran out on {until}.</strong> Reads, pictures and alerts are closed to you until an administrator enters a new date.
        </>
      ) : (
        <>
          <strong>Your training certificate holds until {until}.</strong> Renew it in time: afterwards reads, pictures and alerts are closed to you.
        </>
      )}
    </p>
  );
}
