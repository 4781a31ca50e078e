import { useQuery } from '@tanstack/react-query';
import { Gavel, Plus } from 'lucide-react';
import { useState } from 'react';
import { cameras_query } from '@/api/queries';
import { Button, EmptyState, PageHead, ProblemPanel, Skeleton } from '@/ui';
import { OneOrder } from './OneOrder';
import { OrderForm } from './OrderForm';
import { orders_query } from './queries';
import './orders.css';

export default function OrdersPage() {
  const orders = useQuery(orders_query);
  const cameras = useQuery(cameras_query);
  const [entering, set_entering] = useState(false);
  const camera_name = (id: string) => cameras.data?.find((c) => c.id === id)?.name ?? id;
  return (
    <>
      <PageHead
        title="Orders"
        actions={
          <Button kind="primary" icon={<Plus size={16} aria-hidden />} onPress={() => set_entering(true)}>
            Enter an order
          </Button>
        }
      >
        What outside agencies brought: a judge’s warrant or order, or their own declaration. One person enters it, another checks it, and a search stays inside it. Each step is recorded.
      </PageHead>
      {orders.error ? <ProblemPanel error={orders.error} retry={() => void orders.refetch()} /> : null}
      {orders.isPending ? <Skeleton rows={4} /> : null}
      {orders.data?.length === 0 ? (
        <EmptyState icon={Gavel} title="No agency has brought an order">
          <p>Enter one when a warrant, a court order or a declaration comes in.</p>
        </EmptyState>
      ) : null}
      <ul className="orders">
        {orders.data?.map((order) => (
          <li key={order.id}>
            <OneOrder order={order} camera_name={camera_name} />
          </li>
        ))}
      </ul>
      {entering ? <OrderForm on_close={() => set_entering(false)} /> : null}
    </>
  );
}
