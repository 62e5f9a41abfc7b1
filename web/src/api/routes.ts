import type {
  Cart,
  CheckoutReply,
  CheckoutRequest,
  Choices,
  CounterReply,
  CounterRequest,
  CustomerOrder,
  Delivery,
  DeliveryPrice,
  Job,
  JobList,
  JobMove,
  Me,
  OrderList,
  OrdersTab,
  Problem,
  ReturnReply,
  ServerStatus,
  SetupRequest,
  SetupState,
  Shop,
  ShopSettings,
  SignedLink,
  StaffOrder,
  Task,
} from './types';

/** One operation, in the shape that openapi-fetch reads. */
type Operation<Reply, Body = never, Path = never, Query = never> = {
  parameters: { header?: never; cookie?: never } & ([Path] extends [never] ? { path?: never } : { path: Path }) &
    ([Query] extends [never] ? { query?: never } : { query?: Query });
  responses: {
    200: { headers: Record<string, unknown>; content: { 'application/json': Reply } };
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } };
  };
} & ([Body] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': Body } } });

interface Id {
  id: string;
}
interface Token {
  token: string;
}

/** The routes that pages call with JSON. Uploads, meshes, downloads and event streams are plain URLs. */
export interface paths {
  '/api/shop': { get: Operation<Shop> };
  '/api/quick-order/cart': { get: Operation<Cart> };
  '/api/quick-order/parts/{id}': {
    patch: Operation<Cart, Partial<Choices>, Id>;
    delete: Operation<Cart, never, Id>;
  };
  '/api/quick-order/parts': { patch: Operation<Cart, { choices: Partial<Choices>; ids?: string[] }> };
  '/api/quick-order/slice': { post: Operation<Cart, { ids?: string[] }> };
  '/api/quick-order/price': { post: Operation<DeliveryPrice, { delivery: Delivery }> };
  '/api/quick-order/checkout': { post: Operation<CheckoutReply, CheckoutRequest> };
  '/api/quick-order/counter': { post: Operation<CounterReply, CounterRequest> };
  '/api/orders/{token}': { get: Operation<CustomerOrder, never, Token> };
  '/api/orders/{token}/pay': {
    post: Operation<{ pay_url?: string; order: CustomerOrder }, { method: string }, Token>;
  };
  '/api/orders/{token}/files/{file_id}/link': {
    post: Operation<SignedLink, never, Token & { file_id: string }>;
  };
  '/api/checkout/{intent_id}/return': { post: Operation<ReturnReply, never, { intent_id: string }> };

  '/api/setup': { get: Operation<SetupState>; post: Operation<Me, SetupRequest> };
  '/api/auth/login': { post: Operation<Me, { email: string; password: string }> };
  '/api/auth/logout': { post: Operation<unknown> };
  '/api/auth/me': { get: Operation<Me> };
  '/api/invoices': { get: Operation<OrderList, never, never, { tab?: OrdersTab; q?: string; page?: number }> };
  '/api/invoices/{id}': { get: Operation<StaffOrder, never, Id>; delete: Operation<unknown, never, Id> };
  '/api/invoices/{id}/release': { post: Operation<StaffOrder, { note?: string }, Id> };
  '/api/invoices/{id}/mark-paid': {
    post: Operation<StaffOrder, { method: 'cash' | 'transfer'; amount: number; reference?: string }, Id>;
  };
  '/api/invoices/{id}/approve': {
    post: Operation<StaffOrder, { adjusted_total?: number; reason?: string; message?: string }, Id>;
  };
  '/api/invoices/{id}/refuse': { post: Operation<StaffOrder, { reason: string }, Id> };
  '/api/invoices/{id}/cancel': { post: Operation<StaffOrder, { reason: string }, Id> };
  '/api/invoices/{id}/link': { post: Operation<{ url: string }, never, Id> };
  '/api/order-files/{id}': { delete: Operation<unknown, never, Id> };
  '/api/order-files/{id}/link': { post: Operation<SignedLink, never, Id> };
  '/api/jobs': { get: Operation<JobList, never, never, { view?: 'active' | 'done' | 'all' }> };
  '/api/jobs/{id}/status': { post: Operation<Job, JobMove, Id> };
  '/api/settings': { get: Operation<ShopSettings>; put: Operation<ShopSettings, ShopSettings> };
  '/api/tasks': { get: Operation<{ tasks: Task[] }> };
  '/api/tasks/{id}/retry': { post: Operation<unknown, never, Id> };
  '/api/status': { get: Operation<ServerStatus> };
}
