import type { components } from './types.gen';

/**
 * The server's types under the names that screens use. types.gen.ts is made from the server's own
 * description of itself (`make types`); nothing here may say more than it does. Money is integer cents,
 * times are unix milliseconds, lengths are millimetres, ids are UUIDs.
 */
export type Schemas = components['schemas'];

export type Shop = Schemas['ShopView'];
export type Bed = Schemas['BedView'];
export type Material = Schemas['MaterialView'];
export type Colour = Schemas['Colour'];

export type Choices = Schemas['Choices'];
export type PrintChoices = Schemas['PrintChoices'];
export type Quality = Choices['quality'];
export type Supports = Choices['supports'];
export type Unit = Choices['unit'];
/** How a part is turned from how its file has it; without one, not at all. */
export type Pose = Schemas['Pose'];

export type Cart = Schemas['CartView'];
export type Part = Schemas['PartView'];
export type PartState = Part['state'];
export type Finding = Schemas['FindingView'];
export type Price = Schemas['Price'];
export type PartPrice = Schemas['PartPrice'];
export type PriceRow = Schemas['PriceRow'];
export type Ready = Schemas['Ready'];

export type Business = Schemas['Business'];
export type Contact = Schemas['Contact'];
export type Delivery = Schemas['Delivery'];
export type DeliveryPrice = Schemas['PriceView'];
export type CheckoutRequest = Schemas['CheckoutRequest'];
export type CheckoutReply = Schemas['CheckoutView'];
export type CounterOrderRequest = Schemas['CounterOrderRequest'];
export type PlacedOrder = Schemas['PlacedView'];
export type PaymentMethod = Exclude<CheckoutRequest['payment'], 'review'>;

export type CustomerOrder = Schemas['CustomerOrderView'];
export type OrderStatus = CustomerOrder['status'];
export type OrderItem = Schemas['OrderItemView'];
export type OrderFile = Schemas['OrderFileView'];
export type DeletedFile = Schemas['DeletedFileView'];
export type Keeping = Schemas['KeepingView'];
export type OrderStep = Schemas['StepView'];
export type ReturnReply = Schemas['ReturnView'];

export type Me = Schemas['MeView'];
export type Person = Schemas['PersonView'];
export type PersonAction = Person['actions'][number];
export type UserRole = Person['role'];
export type OneTimeLink = Schemas['OneTimeLinkView'];
export type OpenLink = Schemas['OpenLinkView'];
export type Permission = Me['permissions'][number];
export type SetupState = Schemas['SetupView'];
export type ShopSettings = Schemas['SettingView'];
export type TermsSettings = Schemas['TermsView'];
export type PublishedTerms = Schemas['PublishedTermsView'];
export type RetentionRule = Schemas['RetentionRule'];
export type OrderRow = Schemas['OrderRowView'];
export type OrderList = Schemas['OrderListView'];
export type StaffOrder = Schemas['StaffOrderView'];
export type OrdersEnded = Schemas['EndedView'];
export type CartsFrom = Schemas['CartsFromView'];
export type RefusedModel = Schemas['RefusedModelView'];
export type RefusedWith = Schemas['RefusedWithView'];
export type OpenUpload = Schemas['OpenUploadView'];
export type Unapplied = Schemas['UnappliedView'];
export type InvoiceRow = Schemas['InvoiceRowView'];
export type RefundDue = Schemas['RefundDueView'];
export type StaffFile = Schemas['StaffFileView'];
export type Handover = Schemas['HandoverView'];
export type StaffItem = Schemas['StaffItemView'];
export type Job = Schemas['Job'];
export type JobList = Schemas['JobListView'];
export type JobRun = Schemas['Attempt'];
export type JobMove = Schemas['MoveRequest'];
export type JobState = JobMove['state'];
export type JobsMoved = Schemas['MovedView'];
export type Printer = Schemas['PrinterView'];
/** A kind of printer, with its settings, its price and its printers. */
export type Machine = Schemas['MachineView'];
export type Machines = Schemas['MachinesView'];
export type MachinePrinter = Schemas['MachinePrinterView'];
export type MachineDefinition = Schemas['DefinitionView'];
export type Task = Schemas['TaskView'];
export type Chore = Schemas['ChoreView'];
export type ServerStatus = Schemas['StatusView'];
export type Activity = Schemas['ActivityRowView'];
export type Alarm = Schemas['AlarmView'];

export type Problem = Schemas['Problem'];
/** A change of what people edit: who made it, nobody for the shop itself, and when. */
export type Edit = Schemas['Edit'];

/** Three numbers: x, y, z. */
export type Vector = number[];

/** The lists that the orders' page can show. */
export type OrdersTab = 'open' | 'review' | 'unpaid' | 'held' | 'paid' | 'done' | 'all';

/** The lists that the invoices' page can show. */
export type InvoicesTab = 'unpaid' | 'draft' | 'paid' | 'void' | 'written_off' | 'all';

/** What staff may do with an order; the server says which of them are allowed now. */
export type OrderAction = StaffOrder['actions'][number];

/** What an admin may decide about a payment. */
export type PaymentDecision = Unapplied['actions'][number];
