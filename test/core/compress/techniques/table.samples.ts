/** Tables as commands draw them, each with its form. */

export const tableSamples: readonly (readonly [name: string, text: string, encoded: string])[] = [
  [
    'events under a line of dashes, with text around them',
    `Node-Selectors:  <none>
Events:
  Type     Reason   Age                  From            Message
  ----     ------   ----                 ----            -------
  Normal   Pulled   5m (x4 over 9m)      keeper-a.local  Image "shop/web:4" is there
  Normal   Created  5m (x4 over 9m)      keeper-a.local  Container web is made
  Warning  BackOff  2m31s (x21 over 9m)  keeper-a.local  Container web is too slow
  Normal   Killing  11s                  keeper-a.local

stderr:
`,
    `Node-Selectors:  <none>
Events:
[table, 4 rows; columns 2 apart, indented 2, ruled 4, trimmed; all From=keeper-a.local (column 4)]
Type Reason Age Message
Normal Pulled "5m (x4 over 9m)" Image "shop/web:4" is there
Normal Created "5m (x4 over 9m)" Container web is made
Warning BackOff "2m31s (x21 over 9m)" Container web is too slow
Normal Killing 11s ""

stderr:
`,
  ],
  [
    'numbers on the right, and names with a blank',
    `Filesystem     1K-blocks     Used Available Use% Mounted on
/dev/disk/a    102687672 48302344  49126012  50% /
tmpfs/of/shm     8192000        0   8192000   0% /run/shm
tmpfs/of/shm     8192000      112   8191888   1% /run/lock
/dev/disk/b      8192000  1239040   6952960  16% /srv/data
/dev/disk/b      8192000  1239040   6952960  16% /srv/data/2
/dev/disk/b      8192000  1239040   6952960  16% /srv/data/3
/dev/disk/b      8192000  1239040   6952960  16% /srv/data/4
`,
    `[table, 7 rows; columns 3 1 apart, right 2 3 4 5; ^ = as above]
Filesystem 1K-blocks Used Available Use% "Mounted on"
/dev/disk/a 102687672 48302344 49126012 50% /
tmpfs/of/shm 8192000 0 8192000 0% /run/shm
^ 8192000 112 8191888 1% /run/lock
/dev/disk/b 8192000 1239040 6952960 16% /srv/data
^ 8192000 1239040 6952960 16% /srv/data/2
^ 8192000 1239040 6952960 16% /srv/data/3
^ 8192000 1239040 6952960 16% /srv/data/4
`,
  ],
  [
    'lines without names, on which two columns are the same',
    `shop/blue    carts-6c9f     1/1   Running   node-a.example   name=carts,tier=back
shop/blue    orders-77d4    1/1   Running   node-a.example   name=orders,tier=back
shop/blue    payment-5b8c   0/1   Running   node-b.example   name=payment,tier=back
shop/blue    queue-6c4f     1/1   Running   node-b.example   name=queue,tier=mid
shop/blue    search-9d7c    1/1   Running   node-b.example   name=search,tier=mid
shop/blue    user-8f6d      1/1   Running   node-b.example   name=user,tier=back
`,
    `[table, 6 lines; columns 4 3 apart; all shop/blue, Running (columns 1 4); ^ = as above]
carts-6c9f 1/1 node-a.example name=carts,tier=back
orders-77d4 1/1 ^ name=orders,tier=back
payment-5b8c 0/1 node-b.example name=payment,tier=back
queue-6c4f 1/1 ^ name=queue,tier=mid
search-9d7c 1/1 ^ name=search,tier=mid
user-8f6d 1/1 ^ name=user,tier=back
`,
  ],
  [
    'a box with numbers on the right, and text around it',
    `mysql> select * from stock;
+------+-----------+--------+-------+
| id   | item      | region | count |
+------+-----------+--------+-------+
| 1001 | lamp      | west   |    12 |
| 1002 | chair, 4x | west   |     7 |
| 1003 | NULL      | west   |   130 |
+------+-----------+--------+-------+
3 rows in set (0.00 sec)
`,
    `mysql> select * from stock;
[table, 3 rows; box, right 4; all region=west (column 3)]
id item count
1001 lamp 12
1002 "chair, 4x" 7
1003 NULL 130
3 rows in set (0.00 sec)
`,
  ],
  [
    'bars, names in the middle, and a footer',
    ` id |    item    | region | count 
----+------------+--------+-------
  1 | lamp       | west   |    12
  2 | chair      | west   |     7
  3 | desk "oak" | west   |   130
 11 | floor lamp | west   |     4
 12 | desk lamp  | west   |     4
 13 | wall lamp  | west   |     9
(6 rows)
`,
    `[table, 6 rows; bars, right 1 4, names center, open; all region=west (column 3)]
id item count
1 lamp 12
2 chair 7
3 "desk ""oak""" 130
11 "floor lamp" 4
12 "desk lamp" 4
13 "wall lamp" 9
(6 rows)
`,
  ],
  [
    'commas in columns, with quoted text',
    `"Name",     "Sex", "Age", "Height (cm)"
"Abel",       "M",    20,           160
"Berta",      "F",     9,            61
"Cosima",     "F",    34,           162
"Dora",       "F",    41,            99
"Emil",       "M",    48,           164
`,
    `[table, 5 rows; commas with 3 1 1 blanks below each other, right 2 3 4, text quoted]
Name,Sex,Age,Height (cm)
Abel,M,20,160
Berta,F,9,61
Cosima,F,34,162
Dora,F,41,99
Emil,M,48,164
`,
  ],
  [
    'records alone, with a line between all of them',
    `+----+-------+------+
|  7 | tea   | open |
+----+-------+------+
|  8 | milk  | paid |
+----+-------+------+
|  9 | sugar | open |
+----+-------+------+
| 10 | oil   | paid |
+----+-------+------+
`,
    `[table, 4 lines; box with lines, right 1]
7 tea open
8 milk paid
9 sugar open
10 oil paid
`,
  ],
  [
    'a grid with a line between all rows, and wide letters',
    `+-----+--------+-------+
|   n | city   | state |
+=====+========+=======+
|   1 | 東京   | open  |
+-----+--------+-------+
|   2 | 大阪市 | open  |
+-----+--------+-------+
|   3 | Ulm    | shut  |
+-----+--------+-------+
`,
    `[table, 3 rows; grid, right 1, widths 3 6 5, wide]
n city state
1 東京 open
2 大阪市 open
3 Ulm shut
`,
  ],
  [
    'a box of lines',
    `┌───────┬─────────┬───────┐
│ name  │ state   │ since │
├───────┼─────────┼───────┤
│ web-1 │ running │    5d │
│ web-2 │ running │   11d │
└───────┴─────────┴───────┘
`,
    `[table, 2 rows; unicode box, right 3]
name state since
web-1 running 5d
web-2 running 11d
`,
  ],
  [
    'Markdown',
    `Here it is:

| service  | owner  | zone           | latency |
| :------- | ------ | -------------- | ------: |
| checkout | team-a | zone-a.example |     120 |
| search   | team-a | zone-a.example |      45 |
| mailer   | team-b | zone-a.example |       7 |

It is up to date.
`,
    `Here it is:

[table, 3 rows; Markdown padded, right 4, colons lnnr; all zone=zone-a.example (column 3)]
service owner latency
checkout team-a 120
search team-a 45
mailer team-b 7

It is up to date.
`,
  ],
  [
    'Markdown without padding',
    `| service | owner | zone |
| --- | --- | --- |
| checkout | team-a | zone-a.example/rack-4 |
| search | team-a | zone-a.example/rack-4 |
| mailer | team-b | zone-a.example/rack-4 |
| ledger | team-b | zone-a.example/rack-4 |
`,
    `[table, 4 rows; Markdown; all zone=zone-a.example/rack-4 (column 3)]
service owner
checkout team-a
search team-a
mailer team-b
ledger team-b
`,
  ],
  [
    'commas, a constant, quoted cells and what is the same as above',
    `id,name,region,currency,path
1,"Abel, Sons",west,EUR,/srv/exports/2031/april/first
2,"the ""old"" one",west,EUR,/srv/exports/2031/april/first
3,Cole,east,EUR,/srv/exports/2031/april/first
4,Duarte,east,EUR,/srv/exports/2031/april/second
5,^,east,EUR,/srv/exports/2031/april/second
`,
    `[table, 5 rows; commas; all currency=EUR (column 4); ^ = as above]
id,name,region,path
1,"Abel, Sons",west,/srv/exports/2031/april/first
2,"the ""old"" one",west,^
3,Cole,east,^
4,Duarte,east,/srv/exports/2031/april/second
5,"^",east,^
`,
  ],
  [
    'commas with blanks up to the next column',
    `name,      region,  state,    count
web-1,     west,    running,  12
database,  west,    running,  7
mailer,    east,    running,  130
ledger,    east,    running,  4
search,    east,    running,  96
`,
    `[table, 5 rows; commas with 2 blanks below each other; all state=running (column 3)]
name,region,count
web-1,west,12
database,west,7
mailer,east,130
ledger,east,4
search,east,96
`,
  ],
  [
    'tabs, and line ends of their own',
    'name\tstate\tzone\trole\r\nweb-1\trunning\tzone-a.example\tfront\r\nweb-2\trunning\tzone-a.example\tfront\r\nmailer\trunning\tzone-a.example\tback\r\nledger\trunning\tzone-a.example\tback\r\nsearch\trunning\tzone-a.example\tback',
    '[table, 5 rows; tabs; all state=running, zone=zone-a.example (columns 2-3)]\r\nname role\r\nweb-1 front\r\nweb-2 front\r\nmailer back\r\nledger back\r\nsearch back',
  ],
  [
    'tabs up to the next stop',
    `name			state	zone
web-1			running	zone-a.example/rack-4
checkout-worker		running	zone-a.example/rack-4
search-index-builder	running	zone-a.example/rack-4
mailer			running	zone-a.example/rack-4
`,
    `[table, 4 rows; tab stops; all state=running, zone=zone-a.example/rack-4 (columns 2-3)]
name
web-1
checkout-worker
search-index-builder
mailer
`,
  ],
  [
    'HTML in one line',
    `<table><thead><tr><th>name</th><th>state</th><th>since</th></tr></thead><tbody><tr><td>web-1</td><td>running</td><td>5d</td></tr><tr><td>web, 2</td><td>running</td><td></td></tr><tr><td>mailer</td><td>failed</td><td>11d</td></tr></tbody></table>`,
    `[table, 3 rows; HTML, head and body]
name state since
web-1 running 5d
"web, 2" running ""
mailer failed 11d`,
  ],
  [
    'semicolons, all quoted',
    `"name";"state";"zone"
"web;1";"running";"zone-a.example"
"web-2";"running";"zone-a.example"
"mailer";"running";"zone-a.example"
`,
    `[table, 3 rows; semicolons, all quoted; all state=running, zone=zone-a.example (columns 2-3)]
name
web;1
web-2
mailer
`,
  ],
  [
    'two tables in one text',
    `NAME    STATUS   ROLE     VERSION
alpha   Ready    master   v1.31.0-rc.2
beta    Ready    worker   v1.31.0-rc.2
gamma   Ready    worker   v1.31.0-rc.2

NAME    STATUS    CLASS      CAPACITY
disk1   Bound     fast-ssd   120Gi
disk2   Bound     fast-ssd   80Gi
disk3   Pending   fast-ssd   10Gi
disk4   Bound     fast-ssd   10Gi
`,
    `[table, 3 rows; all STATUS=Ready, VERSION=v1.31.0-rc.2 (columns 2 4)]
NAME ROLE
alpha master
beta worker
gamma worker

[table, 4 rows; all CLASS=fast-ssd (column 3)]
NAME STATUS CAPACITY
disk1 Bound 120Gi
disk2 Bound 80Gi
disk3 Pending 10Gi
disk4 Bound 10Gi
`,
  ],
  [
    'a table with prose right below it',
    `NAME    STATUS   ROLE     VERSION
alpha   Ready    master   v1.31.0-rc.2
beta    Ready    worker   v1.31.0-rc.2
gamma   Ready    worker   v1.31.0-rc.2
All nodes of the cluster are ready, and none has pressure on its memory.
`,
    `[table, 3 rows; all STATUS=Ready, VERSION=v1.31.0-rc.2 (columns 2 4)]
NAME ROLE
alpha master
beta worker
gamma worker
All nodes of the cluster are ready, and none has pressure on its memory.
`,
  ],
]
