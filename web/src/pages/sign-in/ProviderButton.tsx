import { useMutation, useQuery } from '@tanstack/react-query';
import { Building2 } from 'lucide-react';
import { about_query } from '@/api/queries';
import { Button } from '@/ui/Button';
import { ProblemPanel } from '@/ui/panels';
import { go_to_provider } from './provider';

/** To the agency's identity provider, where one is configured. */
export function ProviderButton({ why, large = false }: { why: 'sign-in' | 'link'; large?: boolean }) {
  const name = useQuery(about_query).data?.provider;
  const leave = useMutation({ mutationFn: () => go_to_provider(why) });
  if (!name) return null;
  return (
    <>
      {leave.error ? <ProblemPanel error={leave.error} retry={() => leave.mutate()} /> : null}
      <Button size={large ? 'large' : 'normal'} icon={<Building2 size={large ? 20 : 16} aria-hidden />} onPress={() => leave.mutate()} isDisabled={leave.isPending || leave.isSuccess}>
        {why === 'link' ? `Link my account at ${name}` : `Sign in with ${name}`}
      </Button>
    </>
  );
}
