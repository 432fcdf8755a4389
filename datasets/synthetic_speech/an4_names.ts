import type { Random } from "../random.ts";
import type { Made } from "./grammar.ts";

/** Common American names and places, after which new ones are made. */
export const AN4_NAMES = {
  surname:
    `SMITH JOHNSON WILLIAMS BROWN JONES GARCIA MILLER DAVIS WILSON ANDERSON TAYLOR THOMAS MOORE JACKSON MARTIN LEE
    THOMPSON WHITE HARRIS CLARK LEWIS ROBINSON WALKER YOUNG ALLEN KING WRIGHT SCOTT HILL FLORES GREEN ADAMS NELSON BAKER
    HALL CAMPBELL MITCHELL CARTER ROBERTS PHILLIPS EVANS TURNER PARKER COLLINS EDWARDS STEWART MORRIS MURPHY COOK ROGERS
    MORGAN PETERSON COOPER REED BAILEY BELL KELLY HOWARD WARD COX RICHARDSON WATSON BROOKS BENNETT GRAY HUGHES PRICE MYERS
    LONG FOSTER SANDERS ROSS POWELL SULLIVAN RUSSELL JENKINS PERRY BUTLER BARNES FISHER HENDERSON COLEMAN SIMMONS PATTERSON
    JORDAN REYNOLDS HAMILTON GRAHAM WALLACE SCHWARTZ GOLDBERG KOWALSKI ROSSI ESPOSITO KELLER ZIMMERMAN SCHMIDT HOFFMAN
    WEAVER DIXON QUINN FITZGERALD VAUGHN JEFFERSON KRUEGER NOVAK PELLEGRINO VANDERBILT ZIEGLER DVORAK`,
  forename: `JAMES MARY ROBERT PATRICIA JOHN JENNIFER MICHAEL LINDA DAVID ELIZABETH WILLIAM BARBARA RICHARD SUSAN JOSEPH
    JESSICA THOMAS SARAH CHARLES KAREN CHRISTOPHER LISA DANIEL NANCY MATTHEW BETTY ANTHONY MARGARET MARK SANDRA DONALD ASHLEY
    STEVEN KIMBERLY PAUL EMILY ANDREW DONNA JOSHUA MICHELLE KENNETH CAROL KEVIN AMANDA BRIAN DOROTHY GEORGE MELISSA EDWARD
    DEBORAH RONALD STEPHANIE TIMOTHY REBECCA JASON SHARON JEFFREY LAURA RYAN CYNTHIA JACOB KATHLEEN GARY AMY NICHOLAS ANGELA
    ERIC SHIRLEY JONATHAN ANNA STEPHEN BRENDA LARRY PAMELA JUSTIN EMMA SCOTT NICOLE BRANDON HELEN BENJAMIN SAMANTHA SAMUEL
    KATHERINE FRANK CHRISTINE ALEXANDER VIRGINIA JACK DEBRA DENNIS RACHEL JERRY JANET PHILIP XAVIER QUENTIN ZACHARY FELIX`,
  street:
    `MAIN OAK PARK ELM WALNUT WASHINGTON MAPLE CEDAR LAKE HILL CHESTNUT SPRING CHURCH FORBES FIFTH CENTER MARKET UNION
    LIBERTY HIGHLAND FRANKLIN SPRUCE RIVER WILLOW JEFFERSON JACKSON PLEASANT LINCOLN VALLEY ACADEMY SUNSET MEADOW CRESCENT
    GARDEN SUMMIT WOODLAND PROSPECT CHERRY LOCUST DELAWARE PENNSYLVANIA VIRGINIA HAMILTON CLINTON MADISON MONROE ADAMS
    FAIRVIEW RIDGE BROADWAY SHADY NEGLEY DARLINGTON BARTLETT`,
  city: `CHICAGO HOUSTON PHOENIX PHILADELPHIA DALLAS AUSTIN COLUMBUS CHARLOTTE SEATTLE DENVER BOSTON NASHVILLE PORTLAND
    MEMPHIS BALTIMORE MILWAUKEE TUCSON FRESNO OMAHA OAKLAND TULSA WICHITA CLEVELAND TAMPA HONOLULU ANAHEIM LEXINGTON
    STOCKTON NEWARK BUFFALO PLANO IRVINE TOLEDO DURHAM MADISON LUBBOCK RENO NORFOLK RICHMOND SPOKANE MONTGOMERY ERIE
    ALLENTOWN READING SCRANTON BETHLEHEM LANCASTER GREENSBURG MONROEVILLE BUTLER BETHELPARK NEWCASTLE SHARPSBURG DUQUESNE`,
} as const;

/** What follows a street's name, letter by letter; most speakers leave it out. */
const STREET_ENDS = ["", "", "", "", "", "STREET", "AVENUE", "AVE", "ROAD", "DRIVE", "LANE", "PLACE"];

/** The spelled names of the grammar: half of them real, the others made up letter by letter in their manner. */
export function an4Made(): Made {
  const spelled = (text: string): string[] => [...text];
  const names = Object.entries(AN4_NAMES).map(([kind, text]) => {
    const known = text.split(/\s+/);
    const invent = inventor(known);
    const draw = (rng: Random): string => rng.integer(2) === 0 ? known[rng.integer(known.length)] : invent(rng);
    const end = (rng: Random): string => kind === "street" ? STREET_ENDS[rng.integer(STREET_ENDS.length)] : "";
    return [kind, (rng: Random) => spelled(draw(rng) + end(rng))] as const;
  });
  return Object.fromEntries(names);
}

/** Makes names of 3 to 11 letters up, in which each letter follows the two before it as often as in `known`. */
export function inventor(known: readonly string[]): (rng: Random) => string {
  const next = new Map<string, string[]>();
  for (const name of known) {
    const padded = `^^${name}$`;
    for (let i = 2; i < padded.length; i++) {
      const before = padded.slice(i - 2, i);
      next.set(before, [...next.get(before) ?? [], padded[i]]);
    }
  }
  return (rng) => {
    for (;;) {
      let name = "^^";
      while (!name.endsWith("$") && name.length < 14) {
        const letters = next.get(name.slice(-2))!;
        name += letters[rng.integer(letters.length)];
      }
      if (name.endsWith("$") && name.length >= 6) return name.slice(2, -1);
    }
  };
}
